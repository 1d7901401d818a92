# SPDX-License-Identifier: GPL-2.0-only
# What the Makefiles of the tools have in common: all, check (unit tests), clean. Set before including it:
#   program           its name; without one there are only unit tests
#   packages          its libraries, as pkg-config names them
#   shared            sources of other directories that it compiles in, as paths from the top of the tree
#   libs              more libraries
#   test_environment  of its unit tests, VARIABLE=value
# O=<directory> takes the output; the default is build/<name of the directory> at the top of the tree.

top := $(abspath $(dir $(abspath $(lastword $(MAKEFILE_LIST))))../..)
here := $(dir $(abspath $(firstword $(MAKEFILE_LIST))))
O ?= $(top)/build/$(notdir $(here:%/=%))

PKG_CONFIG ?= pkg-config
CC ?= cc
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror

tool_cflags = -std=c11 -D_GNU_SOURCE $(WARNINGS) -I$(here) -I$(top)/tools/common -I$(top)/test/storm -MMD -MP \
	$(shell $(PKG_CONFIG) --cflags $(packages))
tool_libs = $(shell $(PKG_CONFIG) --libs $(packages)) $(libs)
unit_libs = $(shell $(PKG_CONFIG) --libs cmocka)

sources := $(filter-out $(here)main.c,$(wildcard $(here)*.c)) $(shared:%=$(top)/%)
objects := $(patsubst %.c,$(O)/%.o,$(notdir $(sources)))
tests := $(patsubst %.c,$(O)/%,$(notdir $(wildcard $(here)unit/*_test.c)))
vpath %.c $(here) $(sort $(dir $(shared:%=$(top)/%)))

.SECONDARY:
.PHONY: all check clean
all: $(program:%=$(O)/%)

$(program:%=$(O)/%): $(O)/main.o $(objects)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(tool_libs)

$(O)/%.o: %.c | $(O)
	$(CC) $(CFLAGS) $(tool_cflags) -c -o $@ $<

$(O)/unit_%.o: $(here)unit/%.c | $(O)
	$(CC) $(CFLAGS) $(tool_cflags) -c -o $@ $<

$(O)/%_test: $(O)/unit_%_test.o $(objects)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(tool_libs) $(unit_libs)

$(O):
	mkdir -p $@

check: all $(tests)
	@set -e; for test in $(tests); do $(test_environment) CMOCKA_MESSAGE_OUTPUT=TAP "$$test"; done
	@$(if $(program),$(top)/tools/common/options-documented $(O)/$(program) $(here))

clean:
	rm -f $(O)/*.o $(O)/*.d $(program:%=$(O)/%) $(O)/*_test

-include $(wildcard $(O)/*.d)
