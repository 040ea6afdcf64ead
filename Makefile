# governance: a PostgreSQL extension, built with PGXS.
#
#   make PG_CONFIG=/path/to/pg_config
#   make install
#   make installcheck        regression, isolation and whole-server tests
#   make dist                an archive for PGXN
#
# scripts/test.sh does all of it on a private server.

EXTENSION = governance

# Where this file is: the objects may be built elsewhere,
#	make -f /path/to/Makefile
# in an empty folder builds there.
top := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
ifneq ($(top),.)
VPATH ?= $(abspath $(top))
endif

EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(top)/governance.control)

# The C files, relative to the top.
SOURCES := governance.c $(sort $(patsubst $(top)/%,%,$(foreach level,* */* */*/*,$(wildcard $(top)/src/$(level).c))))

MODULE_big = governance
OBJS = $(SOURCES:.c=.o)
DATA = governance--$(EXTVERSION).sql
DOCS = README.md CHANGELOG.md LICENSE
PG_CPPFLAGS = -I$(srcdir)/src -DGOV_VERSION='"$(EXTVERSION)"'
# The compiler notes which headers each object was made from.
PG_CFLAGS = -MMD -MP
EXTRA_CLEAN = $(SOURCES:.c=.d)

# One file per claim, in sql/ and specs/; setup creates the extension.
REGRESS_SETUP = setup
REGRESS = $(REGRESS_SETUP) $(filter-out $(REGRESS_SETUP),$(sort $(patsubst %.sql,%,$(notdir $(wildcard $(top)/sql/*.sql)))))
REGRESS_OPTS = --inputdir=$(srcdir) --load-extension=plpgsql
ISOLATION = $(sort $(patsubst %.spec,%,$(notdir $(wildcard $(top)/specs/*.spec))))
ISOLATION_OPTS = --inputdir=$(srcdir)
TAP_TESTS = 1

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# Documents are installed under the extension's own name, not among those of
# all extensions, and in the folders in which they refer to each other.
docmoduledir = governance
DOCS_BESIDE = $(sort $(patsubst $(top)/%,%,$(wildcard $(top)/docs/*.md)))
install: install-docs-beside
.PHONY: install-docs-beside uninstall-docs-beside
install-docs-beside: installdirs
	$(MKDIR_P) '$(DESTDIR)$(docdir)/$(docmoduledir)/docs'
	$(INSTALL_DATA) $(addprefix $(top)/, $(DOCS_BESIDE)) '$(DESTDIR)$(docdir)/$(docmoduledir)/docs/'
uninstall: uninstall-docs-beside
uninstall-docs-beside:
	rm -f $(addprefix '$(DESTDIR)$(docdir)/$(docmoduledir)'/, $(DOCS_BESIDE))

-include $(SOURCES:.c=.d)

# Bitcode, where the server was built with LLVM, is made anew when any header
# changes.
HEADERS := $(patsubst $(top)/%,%,$(foreach level,* */* */*/*,$(wildcard $(top)/src/$(level).h)))
$(SOURCES:.c=.bc): $(HEADERS)

# Folders for what is built out of the source tree.  As targets they would be
# found in the source tree, by VPATH, and not made.
ifdef VPATH
$(shell mkdir -p $(sort $(dir $(SOURCES))))
endif

# Further checks; their bodies are in scripts/.
.PHONY: check-style check-assert check-ubsan check-valgrind check-page check-metrics check-vpath check-headers check-dist \
	check-companions check-upgrade check-server-tests check-17 check-18 coverage dist docs
check-style:
	scripts/check_style
check-assert check-ubsan check-valgrind check-page check-metrics check-vpath check-headers check-dist check-companions check-upgrade check-server-tests check-17 check-18:
	scripts/check.sh $(@:check-%=%)
coverage:
	scripts/check.sh coverage

# docs/reference.md, from the comments in a database.
docs:
	$(top)/scripts/docs.sh

# governance-VERSION.zip, as PGXN takes it: what is committed, and META.json.
dist:
	$(top)/scripts/dist.sh .
