"""Order lines in, customers, segments and evidence out. Knows tables and statistics; never plots."""
