"""Values in, blocks, pages and files out. Never knows how a number was computed."""
