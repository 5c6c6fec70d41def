"""segkit: from an order history to customer segments whose every claim can be checked."""

__version__ = "0.1.0"
