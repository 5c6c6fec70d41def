"""Seeded order lines of any size, written as intake writes them: Parquet, sorted by customer and day."""

from __future__ import annotations

from pathlib import Path

import duckdb

LINES_PER_CUSTOMER = 11.7
_ORDERS = 2.4  # mean of the exponential number of orders after the first


def write_lines(path: Path, *, lines: int, seed: int) -> dict[str, int]:
    """Write about ``lines`` canonical order lines and return what was written."""
    customers = max(1, round(lines / LINES_PER_CUSTOMER))
    connection = duckdb.connect()
    connection.execute(f"""
        CREATE TABLE buyers AS SELECT i AS buyer, hash(i * 7919 + {seed}) AS luck FROM range({customers}) t(i);
        CREATE TABLE baskets AS SELECT buyer,
            unnest(range(0, 1 + CAST(floor(-ln((luck % 1000000 + 1) / 1000001.0) * {_ORDERS}) AS BIGINT))) AS basket FROM buyers;
        CREATE TABLE items AS SELECT buyer, hash(buyer * 1000003 + basket * 7 + {seed}) AS luck, basket,
            unnest(range(0, 1 + CAST(hash(buyer * 31 + basket * 17 + {seed}) % 7 AS BIGINT))) AS item FROM baskets;
        COPY (
            SELECT 'C' || lpad(CAST(buyer AS VARCHAR), 8, '0') AS customer_id,
                'O' || lpad(CAST(luck % 100000000000 AS VARCHAR), 11, '0') AS order_id,
                DATE '2022-01-01' + CAST(luck % 1095 AS INTEGER) AS order_date,
                row_number() OVER (ORDER BY buyer, basket, item) AS line_no,
                CAST((100 + h % 49900) * 100 * (CASE WHEN h % 29 = 0 THEN -1 ELSE 1 END) AS BIGINT) AS amount,
                CAST(1 + h % 4 AS DOUBLE) AS quantity,
                CAST(CASE WHEN (h // 7) % 6 = 0 THEN 10000 ELSE 0 END AS BIGINT) AS discount,
                h % 29 = 0 AS is_return,
                'SKU' || lpad(CAST(CAST(floor(2000 * pow((h // 64) % 100000 / 100000.0, 2)) AS BIGINT) AS VARCHAR), 5, '0') AS sku,
                'Category ' || chr(CAST(65 + (h // 31) % 18 AS INTEGER)) AS category,
                (['DE', 'FR', 'GB', 'NL', 'PL', 'US', 'AT', 'CH'])[1 + CAST(hash(buyer) % 8 AS INTEGER)] AS country,
                (['phone', 'desktop', 'tablet', 'app'])[1 + CAST(luck // 7 % 4 AS INTEGER)] AS device
            FROM (SELECT *, hash(buyer * 999983 + basket * 101 + item * 13 + {seed}) AS h FROM items)
            ORDER BY customer_id, order_date, order_id, line_no
        ) TO '{path}' (FORMAT parquet);
    """)
    counted = connection.execute(
        f"SELECT count(*), count(DISTINCT customer_id), count(DISTINCT (customer_id, order_id)) FROM '{path}'"
    ).fetchone()
    connection.close()
    return dict(zip(("lines", "customers", "orders"), counted or (0, 0, 0), strict=True))
