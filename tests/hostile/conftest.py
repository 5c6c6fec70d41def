"""Make the catalogue's modules importable by their own names, from pytest and as a script alike."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
