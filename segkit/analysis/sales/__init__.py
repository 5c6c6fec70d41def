"""The sales cycle in figures: what orders, events, a pipeline and the company's pages say about qualification and stages."""
