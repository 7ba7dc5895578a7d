# Two commands matter: "make run" and "make test". They fetch what is missing themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
export PYTHON
bin := .venv/bin

.PHONY: help run test test-windows lint lock bench fuzz audit sbom deb deb-twice deb-try clean set-up-run set-up-test set-up-build

help:
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST)

## run      the program with its demo unit (without a display it plays one visit by itself)
run: set-up-run
	@$(bin)/python -m demo $(ARGS)

## test     linter, strict types, import contracts, all tests in random order, coverage
test: set-up-test
	@tools/checks.sh all

## test-windows   the Windows installer, installed, upgraded and removed under wine, which this fetches (700 MB)
test-windows: set-up-test
	@tools/setup/system.sh windows
	@$(bin)/python -m pytest -q tests/installer/test_windows.py

## lint     only linter, types and import contracts
lint: set-up-test
	@tools/checks.sh lint

## bench    the benchmarks that need no pictures of people
bench: set-up-test
	@tools/bench.sh

## fuzz     property tests, twenty times as many examples; then the USB packages for ten minutes
fuzz: set-up-test
	@QT_QPA_PLATFORM=offscreen HYPOTHESIS_PROFILE=fuzz $(bin)/python -m pytest -q -n 2 -m "not e2e" -k "property or fuzz or hypothesis or always or never" --timeout 1800
	@$(bin)/python -m tools.fuzz_packages --minutes 10

## lock     resolve pyproject.toml anew into requirements/*.txt (ARGS=--upgrade for the newest)
lock: set-up-build
	@tools/setup/lock.sh $(ARGS)

## audit    known vulnerabilities in all locked packages (asks PyPI; ARGS='-s osv' asks OSV)
audit: set-up-build
	@.venv/build/bin/python -m tools.audit $(ARGS)

## sbom     the bill of materials (CycloneDX), checked against its schema
sbom: set-up-build
	@.venv/build/bin/python -m tools.sbom $(ARGS)

## deb      the Debian package, frozen in a Debian 11 root
deb: set-up-build
	@installer/deb/build.sh $(ARGS)

## deb-twice   the package built twice, in two roots, and compared byte by byte
deb-twice: set-up-build
	@installer/deb/twice.sh

## deb-try  the package dist/… in an empty root: install, visit, upgrade, removal; then an update from a center and back
deb-try: set-up-test set-up-build
	@installer/deb/try_all.sh

## clean    everything that was made here, but no data of yours
clean:
	@rm -rf .venv build dist var/setup .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage*

set-up-run:
	@tools/setup/system.sh run
	@tools/setup/venv.sh run

set-up-test:
	@tools/setup/system.sh test
	@tools/setup/venv.sh test

set-up-build:
	@mkdir -p .venv
	@VENV=.venv/build tools/setup/venv.sh build
