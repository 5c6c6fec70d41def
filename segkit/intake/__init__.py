"""Files in, typed order lines and a visible log out. Knows formats and folders; never segments or plots."""
