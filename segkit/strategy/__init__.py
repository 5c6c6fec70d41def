"""From plain values to what to do: flows, messages, the sales cycle. Knows no table."""
