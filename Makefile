# Everything a newcomer needs. Each target sets up what it lacks: see scripts/setup.sh.

CARGO ?= cargo

.PHONY: help demo demo-check test lint bench dictionary pictures

help:
	@echo "make demo        the tablet with invented residents and virtual cards, in two windows"
	@echo "make demo-check  one tap through the whole stack, without a window"
	@echo "make test        every test"
	@echo "make lint        formatting, clippy without warnings, licences and advisories"
	@echo "make bench       the figures of docs/CLAIMS.md (60, 33,513 and 660,000 residents; about 20 minutes)"
	@echo "make pictures    draws the pictures of every screen anew; look at them before you commit them"
	@echo "make dictionary  trains the compression dictionary anew from invented residents"

demo:
	@scripts/setup.sh demo
	$(CARGO) build --release -p kakari -p kakari-virtual-reader
	target/release/kakari demo

demo-check:
	@scripts/setup.sh demo
	$(CARGO) build --release -p kakari -p kakari-virtual-reader
	target/release/kakari demo --no-windows

test:
	@scripts/setup.sh test
	@scripts/test.sh

lint:
	@scripts/setup.sh test
	$(CARGO) fmt --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny check; \
	else echo "cargo-deny is not here: cargo install --locked cargo-deny, then make lint checks licences and advisories"; fi

bench:
	@scripts/setup.sh test
	$(CARGO) build --release -p kakari -p kakari-virtual-reader
	$(CARGO) bench -p kakari-tests --bench tap

pictures:
	@scripts/setup.sh test
	UPDATE_PICTURES=1 $(CARGO) test -p kakari-ui --test it

dictionary:
	$(CARGO) run --release -p kakari-tests --example train_dictionary -- assets/dictionary/1.zdict
