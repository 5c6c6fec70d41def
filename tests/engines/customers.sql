-- The customers table by hand, for DuckDB: the oracle for equality and the yardstick for speed.
-- Written apart from segkit.analysis.customers; {lines} is a Parquet file or a table, {as_of} a date.
WITH used AS (
  SELECT * FROM {lines} WHERE order_date <= DATE '{as_of}'
), orders AS MATERIALIZED (
  SELECT customer_id, order_id, min(order_date) AS day, sum(amount) AS amount, count(*) AS order_lines,
         count(*) FILTER (is_return) AS returned, count(*) FILTER (discount > 0) AS discounted,
         min(country) AS country, min(device) AS device
  FROM used GROUP BY ALL
), rhythm AS (
  SELECT *, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day, order_id) AS gap,
         isodow(day) AS weekday, quarter(day) AS quarter
  FROM orders
), base AS (
  SELECT customer_id, min(day) AS first_order, max(day) AS last_order, count(*) AS frequency,
         count(*) FILTER (gap > 0) + 1 AS purchase_days, sum(order_lines) AS order_lines, sum(amount) AS amount,
         sum(returned) AS returned, sum(discounted) AS discounted, median(gap) AS median_gap_days,
         count(*) FILTER (weekday = 1) AS monday, count(*) FILTER (weekday = 2) AS tuesday,
         count(*) FILTER (weekday = 3) AS wednesday, count(*) FILTER (weekday = 4) AS thursday,
         count(*) FILTER (weekday = 5) AS friday, count(*) FILTER (weekday = 6) AS saturday,
         count(*) FILTER (weekday = 7) AS sunday,
         count(*) FILTER (quarter = 1) AS q1, count(*) FILTER (quarter = 2) AS q2,
         count(*) FILTER (quarter = 3) AS q3, count(*) FILTER (quarter = 4) AS q4
  FROM rhythm GROUP BY customer_id
), products AS (
  SELECT customer_id, count(*) AS distinct_products
  FROM (SELECT DISTINCT customer_id, sku FROM used WHERE NOT is_return AND sku IS NOT NULL) GROUP BY customer_id
), categories AS (
  SELECT customer_id, arg_min(category, (-n, category)) AS favourite_category,
         sum(n * n)::DOUBLE / (sum(n)::DOUBLE * sum(n)::DOUBLE) AS category_hhi
  FROM (SELECT customer_id, category, count(*) AS n FROM used WHERE NOT is_return AND category IS NOT NULL GROUP BY ALL)
  GROUP BY customer_id
), devices AS (
  SELECT customer_id, arg_min(device, (-n, device)) AS favourite_device
  FROM (SELECT customer_id, device, count(*) AS n FROM orders WHERE device IS NOT NULL GROUP BY ALL)
  GROUP BY customer_id
), countries AS (
  SELECT customer_id, arg_min(country, (-n, country)) AS favourite_country
  FROM (SELECT customer_id, country, count(*) AS n FROM orders WHERE country IS NOT NULL GROUP BY ALL)
  GROUP BY customer_id
)
SELECT customer_id, first_order, last_order,
       (DATE '{as_of}' - last_order)::BIGINT AS recency_days, (DATE '{as_of}' - first_order)::BIGINT AS tenure_days,
       (last_order - first_order)::BIGINT AS active_span_days, frequency, frequency - 1 AS repeat_orders, purchase_days,
       order_lines::BIGINT AS order_lines, order_lines::DOUBLE / frequency AS lines_per_order,
       amount::BIGINT AS monetary_total, amount::DOUBLE / (frequency * 10000)::DOUBLE AS average_order_value,
       median_gap_days,
       CASE WHEN frequency > 1 THEN (last_order - first_order)::DOUBLE / (frequency - 1) END AS mean_gap_days,
       returned::DOUBLE / order_lines AS return_share, discounted::DOUBLE / order_lines AS discount_share,
       (saturday + sunday)::DOUBLE / frequency AS weekend_share,
       list_extract(
         ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
         list_position([monday, tuesday, wednesday, thursday, friday, saturday, sunday],
                       greatest(monday, tuesday, wednesday, thursday, friday, saturday, sunday))
       ) AS favourite_weekday,
       q1::DOUBLE / frequency AS quarter_1_share, q2::DOUBLE / frequency AS quarter_2_share,
       q3::DOUBLE / frequency AS quarter_3_share, q4::DOUBLE / frequency AS quarter_4_share,
       coalesce(distinct_products, 0) AS distinct_products, category_hhi, favourite_category,
       favourite_device, favourite_country
FROM base
LEFT JOIN products USING (customer_id) LEFT JOIN categories USING (customer_id)
LEFT JOIN devices USING (customer_id) LEFT JOIN countries USING (customer_id)
ORDER BY customer_id
