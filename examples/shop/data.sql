-- A little data for the shop, the same every time.

INSERT INTO people.department (name) VALUES ('Management'), ('Purchasing'), ('Warehouse'), ('Sales'), ('Web');

INSERT INTO people.employee (department_id, manager_id, full_name, email, hired_on)
SELECT 1 + n % 5, nullif(n / 5, 0), 'Employee ' || n, 'employee' || n || '@shop.example', date '2018-01-01' + 30 * n
  FROM generate_series(1, 40) n;

INSERT INTO people.salary SELECT employee_id, hired_on, 2500 + 37 * employee_id FROM people.employee;

INSERT INTO people.customer (full_name, email, created_at)
SELECT 'Customer ' || n, 'customer' || n || '@mail.example', timestamptz '2024-01-01 00:00+00' + n * interval '1 hour'
  FROM generate_series(1, 500) n;

INSERT INTO people.customer_address
SELECT customer_id, 'billing', 'Street ' || customer_id, 'City ' || customer_id % 20, (ARRAY['DE', 'FR', 'PL'])[1 + customer_id % 3]
  FROM people.customer;

INSERT INTO people.customer_consent (customer_id, purpose) SELECT customer_id, 'newsletter' FROM people.customer WHERE customer_id % 4 = 0;

INSERT INTO inventory.category (parent_id, name) VALUES (NULL, 'Everything'), (1, 'Books'), (1, 'Music'), (2, 'Novels');
INSERT INTO inventory.supplier (name, country) VALUES ('North Books', 'DE'), ('South Records', 'FR');
INSERT INTO inventory.warehouse (city) VALUES ('Leipzig'), ('Lyon');

INSERT INTO inventory.product (category_id, supplier_id, sku, name, price, dimensions)
SELECT 2 + n % 3, 1 + n % 2, 'SKU-' || to_char(n, 'FM0000'), 'Product ' || n, 5 + n % 90, ROW(100 + n, 200, 20)::inventory.dimensions
  FROM generate_series(1, 200) n;

INSERT INTO inventory.stock_movement (warehouse_id, product_id, kind, quantity, moved_at)
SELECT 1 + n % 2, 1 + n % 200, 'receipt', 10 + n % 7, timestamptz '2024-06-01 00:00+00' + n * interval '12 hours'
  FROM generate_series(1, 800) n;

INSERT INTO sales.shipping_method (name, price) VALUES ('standard', 4.90), ('express', 9.90);
INSERT INTO sales.promotion (code, percent_off, during) VALUES ('SPRING', 10, '[2025-03-01,2025-05-31]');

INSERT INTO sales.customer_order (customer_id, shipping_method_id, status, ordered_at)
SELECT 1 + n % 500, 1 + n % 2, (enum_range(NULL::sales.order_status))[1 + n % 5], timestamptz '2024-07-01 00:00+00' + n * interval '6 hours'
  FROM generate_series(1, 2000) n;

INSERT INTO sales.order_line (order_id, ordered_at, product_id, quantity, price)
SELECT o.order_id, o.ordered_at, p.product_id, 1 + o.order_id % 3, p.price
  FROM sales.customer_order o JOIN inventory.product p ON p.product_id IN (1 + o.order_id % 200, 1 + (o.order_id + 57) % 200);

INSERT INTO sales.order_event (order_id, status) SELECT order_id, status FROM sales.customer_order;
INSERT INTO finance.currency VALUES ('EUR', 'Euro'), ('PLN', 'Zloty');
INSERT INTO finance.tax_rate VALUES ('DE', '2021-01-01', 19), ('FR', '2014-01-01', 20), ('PL', '2011-01-01', 23);

INSERT INTO finance.invoice (order_id, currency, amount, issued_on, due_on)
SELECT order_id, 'EUR', sum(quantity * price), min(ordered_at)::date, min(ordered_at)::date + 14
  FROM sales.order_line GROUP BY order_id;

INSERT INTO finance.payment (invoice_id, method, amount)
SELECT invoice_id, CASE WHEN invoice_id % 3 = 0 THEN 'transfer' ELSE 'card' END, amount
  FROM finance.invoice WHERE invoice_id % 10 <> 0;

INSERT INTO web.session (customer_id) SELECT customer_id FROM people.customer WHERE customer_id <= 100;
INSERT INTO web.page_view SELECT session_id, '/product/' || n, started_at + n * interval '1 minute' FROM web.session, generate_series(1, 5) n;
INSERT INTO web.cart (session_id) SELECT session_id FROM web.session;
INSERT INTO web.cart_line SELECT cart_id, 1 + cart_id % 200, 1 FROM web.cart;
INSERT INTO web.review SELECT 1 + n % 200, n, (enum_range(NULL::web.stars))[1 + n % 5], 'Review ' || n FROM generate_series(1, 300) n;
INSERT INTO web.newsletter_subscriber (email) SELECT email FROM people.customer WHERE customer_id % 4 = 0;

INSERT INTO legacy_import.kunden SELECT n, 'Kunde ' || n, 'Ort ' || n % 10 FROM generate_series(1, 50) n;

REFRESH MATERIALIZED VIEW sales.revenue_by_month;
REFRESH MATERIALIZED VIEW web.best_rated;
ANALYZE;
