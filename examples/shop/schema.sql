-- A mail-order shop: the sample application of the demo.  Five schemas that
-- teams work in, and one that was left behind by an import.

CREATE SCHEMA people;
CREATE SCHEMA inventory;
CREATE SCHEMA sales;
CREATE SCHEMA finance;
CREATE SCHEMA web;
CREATE SCHEMA legacy_import;

------------------------------------------------------------------------------
-- people
------------------------------------------------------------------------------

CREATE DOMAIN people.email AS text CHECK (VALUE ~ '^[^@ ]+@[^@ ]+$');
CREATE TYPE people.employment AS ENUM ('permanent', 'temporary', 'external');

CREATE TABLE people.department (
    department_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE
);

CREATE TABLE people.employee (
    employee_id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department_id integer NOT NULL REFERENCES people.department,
    manager_id    integer REFERENCES people.employee,
    full_name     text NOT NULL,
    email         people.email NOT NULL UNIQUE,
    employment    people.employment NOT NULL DEFAULT 'permanent',
    hired_on      date NOT NULL,
    left_on       date CHECK (left_on >= hired_on)
);

CREATE TABLE people.salary (
    employee_id integer NOT NULL REFERENCES people.employee,
    valid_from  date NOT NULL,
    amount      numeric(10, 2) NOT NULL CHECK (amount > 0),
    PRIMARY KEY (employee_id, valid_from)
);

CREATE TABLE people.absence (
    absence_id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    employee_id integer NOT NULL REFERENCES people.employee,
    during      daterange NOT NULL,
    reason      text
);

CREATE TABLE people.customer (
    customer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    full_name   text NOT NULL,
    email       people.email NOT NULL UNIQUE,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE people.customer_address (
    customer_id bigint NOT NULL REFERENCES people.customer,
    kind        text NOT NULL CHECK (kind IN ('billing', 'delivery')),
    street      text NOT NULL,
    city        text NOT NULL,
    country     character(2) NOT NULL,
    PRIMARY KEY (customer_id, kind)
);

CREATE TABLE people.customer_consent (
    customer_id bigint NOT NULL REFERENCES people.customer,
    purpose     text NOT NULL,
    given_at    timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    PRIMARY KEY (customer_id, purpose)
);

CREATE VIEW people.staff AS
SELECT e.employee_id, e.full_name, d.name AS department, m.full_name AS manager
  FROM people.employee e
  JOIN people.department d USING (department_id)
  LEFT JOIN people.employee m ON m.employee_id = e.manager_id
 WHERE e.left_on IS NULL;

CREATE FUNCTION people.headcount(department text) RETURNS bigint
LANGUAGE sql STABLE
RETURN (SELECT count(*) FROM people.staff s WHERE s.department = headcount.department);

------------------------------------------------------------------------------
-- inventory
------------------------------------------------------------------------------

CREATE TYPE inventory.movement_kind AS ENUM ('receipt', 'issue', 'transfer', 'correction');
CREATE DOMAIN inventory.quantity AS integer CHECK (VALUE >= 0);
CREATE TYPE inventory.dimensions AS (width_mm integer, height_mm integer, depth_mm integer);

CREATE TABLE inventory.category (
    category_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id   integer REFERENCES inventory.category,
    name        text NOT NULL
);

CREATE TABLE inventory.supplier (
    supplier_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    country     character(2) NOT NULL
);

CREATE TABLE inventory.product (
    product_id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category_id integer NOT NULL REFERENCES inventory.category,
    supplier_id integer NOT NULL REFERENCES inventory.supplier,
    sku         text NOT NULL UNIQUE,
    name        text NOT NULL,
    price       numeric(10, 2) NOT NULL CHECK (price >= 0),
    dimensions  inventory.dimensions
);

CREATE TABLE inventory.product_image (
    product_id integer NOT NULL REFERENCES inventory.product,
    position   integer NOT NULL,
    location   text NOT NULL,
    PRIMARY KEY (product_id, position)
);

CREATE TABLE inventory.warehouse (
    warehouse_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    city         text NOT NULL
);

CREATE TABLE inventory.stock_level (
    warehouse_id integer NOT NULL REFERENCES inventory.warehouse,
    product_id   integer NOT NULL REFERENCES inventory.product,
    on_hand      inventory.quantity NOT NULL DEFAULT 0,
    PRIMARY KEY (warehouse_id, product_id)
);

CREATE TABLE inventory.stock_movement (
    movement_id  bigint GENERATED ALWAYS AS IDENTITY,
    warehouse_id integer NOT NULL REFERENCES inventory.warehouse,
    product_id   integer NOT NULL REFERENCES inventory.product,
    kind         inventory.movement_kind NOT NULL,
    quantity     integer NOT NULL,
    moved_at     timestamptz NOT NULL,
    PRIMARY KEY (movement_id, moved_at)
) PARTITION BY RANGE (moved_at);
CREATE TABLE inventory.stock_movement_2024 PARTITION OF inventory.stock_movement
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE inventory.stock_movement_2025 PARTITION OF inventory.stock_movement
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE inventory.stock_movement_rest PARTITION OF inventory.stock_movement DEFAULT;

CREATE TABLE inventory.purchase_order (
    purchase_order_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    supplier_id       integer NOT NULL REFERENCES inventory.supplier,
    ordered_on        date NOT NULL,
    received_on       date
);

CREATE TABLE inventory.purchase_order_line (
    purchase_order_id integer NOT NULL REFERENCES inventory.purchase_order,
    product_id        integer NOT NULL REFERENCES inventory.product,
    quantity          inventory.quantity NOT NULL,
    PRIMARY KEY (purchase_order_id, product_id)
);

CREATE VIEW inventory.available AS
SELECT p.product_id, p.sku, p.name, sum(s.on_hand) AS on_hand
  FROM inventory.product p JOIN inventory.stock_level s USING (product_id)
 GROUP BY p.product_id, p.sku, p.name;

CREATE FUNCTION inventory.book_movement() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inventory.stock_level AS s (warehouse_id, product_id, on_hand)
    VALUES (NEW.warehouse_id, NEW.product_id, greatest(NEW.quantity, 0))
    ON CONFLICT (warehouse_id, product_id) DO UPDATE SET on_hand = greatest(s.on_hand + NEW.quantity, 0);
    RETURN NEW;
END $$;
CREATE TRIGGER book_movement AFTER INSERT ON inventory.stock_movement
    FOR EACH ROW EXECUTE FUNCTION inventory.book_movement();

CREATE PROCEDURE inventory.close_year(year integer)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE inventory.stock_movement DETACH PARTITION inventory.stock_movement_%s', year);
END $$;

------------------------------------------------------------------------------
-- sales
------------------------------------------------------------------------------

CREATE TYPE sales.order_status AS ENUM ('new', 'paid', 'shipped', 'delivered', 'cancelled');
CREATE SEQUENCE sales.order_number START 10000;

CREATE TABLE sales.shipping_method (
    shipping_method_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name               text NOT NULL,
    price              numeric(10, 2) NOT NULL
);

CREATE TABLE sales.promotion (
    promotion_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL UNIQUE,
    percent_off  integer NOT NULL CHECK (percent_off BETWEEN 1 AND 90),
    during       daterange NOT NULL
);

CREATE TABLE sales.customer_order (
    order_id           bigint NOT NULL DEFAULT nextval('sales.order_number'),
    customer_id        bigint NOT NULL REFERENCES people.customer,
    shipping_method_id integer NOT NULL REFERENCES sales.shipping_method,
    promotion_id       integer REFERENCES sales.promotion,
    status             sales.order_status NOT NULL DEFAULT 'new',
    ordered_at         timestamptz NOT NULL,
    PRIMARY KEY (order_id, ordered_at)
) PARTITION BY RANGE (ordered_at);
CREATE TABLE sales.customer_order_2024 PARTITION OF sales.customer_order
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE sales.customer_order_2025 PARTITION OF sales.customer_order
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE sales.customer_order_rest PARTITION OF sales.customer_order DEFAULT;

CREATE TABLE sales.order_line (
    order_id   bigint NOT NULL,
    ordered_at timestamptz NOT NULL,
    product_id integer NOT NULL REFERENCES inventory.product,
    quantity   inventory.quantity NOT NULL,
    price      numeric(10, 2) NOT NULL,
    PRIMARY KEY (order_id, product_id),
    FOREIGN KEY (order_id, ordered_at) REFERENCES sales.customer_order
);

CREATE TABLE sales.order_event (
    event_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id   bigint NOT NULL,
    status     sales.order_status NOT NULL,
    happened_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sales.return_request (
    return_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id     bigint NOT NULL,
    reason       text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sales.return_line (
    return_id  bigint NOT NULL REFERENCES sales.return_request,
    product_id integer NOT NULL REFERENCES inventory.product,
    quantity   inventory.quantity NOT NULL,
    PRIMARY KEY (return_id, product_id)
);

CREATE VIEW sales.open_order AS
SELECT o.order_id, o.ordered_at, c.full_name, o.status
  FROM sales.customer_order o JOIN people.customer c USING (customer_id)
 WHERE o.status IN ('new', 'paid');

CREATE MATERIALIZED VIEW sales.revenue_by_month AS
SELECT date_trunc('month', l.ordered_at AT TIME ZONE 'UTC') AS month, sum(l.quantity * l.price) AS revenue
  FROM sales.order_line l
 GROUP BY 1;

CREATE FUNCTION sales.order_total(wanted bigint) RETURNS numeric
LANGUAGE sql STABLE
RETURN (SELECT sum(l.quantity * l.price) FROM sales.order_line l WHERE l.order_id = wanted);

CREATE PROCEDURE sales.ship(wanted bigint)
LANGUAGE sql
BEGIN ATOMIC
    UPDATE sales.customer_order SET status = 'shipped' WHERE order_id = wanted;
    INSERT INTO sales.order_event (order_id, status) VALUES (wanted, 'shipped');
END;

------------------------------------------------------------------------------
-- finance
------------------------------------------------------------------------------

CREATE TABLE finance.currency (
    currency character(3) PRIMARY KEY,
    name     text NOT NULL
);

CREATE TABLE finance.tax_rate (
    country    character(2) NOT NULL,
    valid_from date NOT NULL,
    percent    numeric(4, 2) NOT NULL,
    PRIMARY KEY (country, valid_from)
);

CREATE TABLE finance.invoice (
    invoice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id   bigint NOT NULL,
    currency   character(3) NOT NULL REFERENCES finance.currency,
    amount     numeric(12, 2) NOT NULL,
    issued_on  date NOT NULL,
    due_on     date NOT NULL CHECK (due_on >= issued_on)
);

CREATE TABLE finance.payment (
    payment_id bigint GENERATED ALWAYS AS IDENTITY,
    invoice_id bigint NOT NULL REFERENCES finance.invoice,
    method     text NOT NULL,
    amount     numeric(12, 2) NOT NULL,
    paid_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment_id, method)
) PARTITION BY LIST (method);
CREATE TABLE finance.payment_card PARTITION OF finance.payment FOR VALUES IN ('card');
CREATE TABLE finance.payment_transfer PARTITION OF finance.payment FOR VALUES IN ('transfer', 'debit');

CREATE TABLE finance.refund (
    refund_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL REFERENCES finance.invoice,
    amount     numeric(12, 2) NOT NULL,
    reason     text NOT NULL
);

CREATE VIEW finance.overdue AS
SELECT i.invoice_id, i.amount, i.due_on
  FROM finance.invoice i
 WHERE i.due_on < current_date
   AND NOT EXISTS (SELECT FROM finance.payment p WHERE p.invoice_id = i.invoice_id);

CREATE AGGREGATE finance.product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');

------------------------------------------------------------------------------
-- web
------------------------------------------------------------------------------

CREATE TYPE web.stars AS ENUM ('1', '2', '3', '4', '5');

CREATE TABLE web.session (
    session_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id bigint REFERENCES people.customer,
    started_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE web.page_view (
    session_id uuid NOT NULL,
    path       text NOT NULL,
    viewed_at  timestamptz NOT NULL
) PARTITION BY HASH (session_id);
CREATE TABLE web.page_view_0 PARTITION OF web.page_view FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE web.page_view_1 PARTITION OF web.page_view FOR VALUES WITH (MODULUS 2, REMAINDER 1);

CREATE TABLE web.cart (
    cart_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES web.session
);

CREATE TABLE web.cart_line (
    cart_id    bigint NOT NULL REFERENCES web.cart,
    product_id integer NOT NULL REFERENCES inventory.product,
    quantity   inventory.quantity NOT NULL,
    PRIMARY KEY (cart_id, product_id)
);

CREATE TABLE web.review (
    product_id  integer NOT NULL REFERENCES inventory.product,
    customer_id bigint NOT NULL REFERENCES people.customer,
    stars       web.stars NOT NULL,
    body        text,
    PRIMARY KEY (product_id, customer_id)
);

CREATE TABLE web.newsletter_subscriber (
    email         people.email PRIMARY KEY,
    subscribed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE web.search_term (
    term    text PRIMARY KEY,
    times   bigint NOT NULL DEFAULT 1
);

CREATE MATERIALIZED VIEW web.best_rated AS
SELECT product_id, avg(stars::text::integer) AS stars, count(*) AS reviews
  FROM web.review GROUP BY product_id;

CREATE FUNCTION web.remember_search(wanted text) RETURNS void
LANGUAGE sql
AS $$ INSERT INTO web.search_term (term) VALUES (wanted)
      ON CONFLICT (term) DO UPDATE SET times = web.search_term.times + 1 $$;

------------------------------------------------------------------------------
-- legacy_import: brought over from the old shop, once
------------------------------------------------------------------------------

CREATE TABLE legacy_import.kunden (nr integer, name text, ort text);
CREATE TABLE legacy_import.artikel (nr integer, text text, preis text);
CREATE TABLE legacy_import."Bestellungen 2019" (nr integer, kunde integer, artikel integer);

------------------------------------------------------------------------------
-- who sees what: support sees customers, everybody the list of the staff
------------------------------------------------------------------------------

DO $$ BEGIN CREATE ROLE shop_support; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT USAGE ON SCHEMA people TO PUBLIC;
GRANT SELECT (customer_id, full_name, email) ON people.customer TO shop_support;
GRANT SELECT ON people.staff TO PUBLIC;
