"""A sales pipeline in, its figures out: stages, win rates, speed, forecast, ageing, time to close, chain and lead score.

The table and the moves are as :mod:`segkit.model.opportunity` describes them; what comes out are the plain values of
:mod:`segkit.model.pipeline_facts`. :mod:`segkit.analysis.pipeline.measure` puts everything together; each other module
answers one question with functions on arrays that can be used alone.
"""
