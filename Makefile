# governance: a PostgreSQL extension, built with PGXS.
#
#   make PG_CONFIG=/path/to/pg_config
#   make install
#   make installcheck        regression, isolation and whole-server tests
#
# scripts/test.sh does all of it on a private server.

EXTENSION = governance
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" governance.control)

MODULE_big = governance
OBJS = governance.o $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
DATA = governance--$(EXTVERSION).sql
DOCS = README.md
PG_CPPFLAGS = -I$(srcdir)/src

# One file per claim, in sql/ and specs/; setup creates the extension.
REGRESS_SETUP = setup
REGRESS = $(REGRESS_SETUP) $(filter-out $(REGRESS_SETUP),$(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql))))
REGRESS_OPTS = --inputdir=. --load-extension=plpgsql
ISOLATION = $(sort $(patsubst specs/%.spec,%,$(wildcard specs/*.spec)))
ISOLATION_OPTS = --inputdir=.
TAP_TESTS = 1

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# Every C file sees the same few headers; rebuild all when one changes.
$(OBJS): $(wildcard src/*.h)

# Further checks; their bodies are in scripts/.
.PHONY: check-style check-ubsan check-valgrind check-page check-17 check-18 coverage
check-style:
	scripts/check_style
check-ubsan check-valgrind check-page check-17 check-18:
	scripts/check.sh $(@:check-%=%)
coverage:
	scripts/check.sh coverage
