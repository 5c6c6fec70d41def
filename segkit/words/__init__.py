"""Sentences from plain values, so that a claim, a verdict and a page say the same thing the same way."""
