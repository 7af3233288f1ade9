"""Measures of how good the answers are, on the real corpus with the real model."""
