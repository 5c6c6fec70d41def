from sklearn.utils.estimator_checks import parametrize_with_checks
from segkit.analysis.kmeans_segmenter import KMeansSegmenter

@parametrize_with_checks([KMeansSegmenter(), KMeansSegmenter(log=False, n_clusters=3)])
def test_it_passes_every_estimator_check(estimator, check):
    check(estimator)
