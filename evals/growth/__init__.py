"""How the product fares as the corpus grows: made-up reports, what answering costs and what it is worth.

`python -m evals.growth --sizes 100,1000,10000` measures and prints a part of docs/benchmarks.md.
"""

from evals.growth.corpus import Cell, Corpus, make_corpus, write_corpus
from evals.growth.measuring import measure

__all__ = ["Cell", "Corpus", "make_corpus", "measure", "write_corpus"]
