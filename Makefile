# Everything a newcomer needs. Each target sets up what it lacks: see scripts/setup.sh.

CARGO ?= cargo

.PHONY: help image image-check demo demo-check region region-check test chaos chaos-cards fuzz lint bench bench-cards bench-frames bench-record bench-search bench-sync deb deb-reproducible dictionary pictures gallery

# How much make bench-sync takes.
RESIDENTS ?= 33513
TABLETS ?= 3000
# Seconds for each fuzz target.
FUZZ_SECONDS ?= 60
# Schedules of faults, and the first one's seed.
N ?= 500
SEED ?= 1
# Cards torn away, cards exchanged, faults of reader and pcscd, cards that answer anything.
N_TORN ?= 2000
N_SWAPS ?= 1000
KAKARI_FAULTS ?= 500
KAKARI_LIVE_FUZZ ?= 2000

help:
	@echo "make demo        the tablet with invented residents and virtual cards, in two windows"
	@echo "make demo-check  a shift's work through the whole stack without a window: tap, search, lock, code, audit, each timed"
	@echo "make region      a regional server, a tablet enrolled to it and its sync on this machine, in two windows"
	@echo "make region-check  the same without windows: a change, a withdrawal and an erasure reach the tablet"
	@echo "make test        every test"
	@echo "make test PROFILE=nightly   every test, with 100,000 harmed documents, then each fuzz target for a minute"
	@echo "make chaos       N schedules of faults between a region and a tablet (500), from SEED on (1); N=10000 takes hours"
	@echo "make chaos-cards  N_TORN cards torn away (2000), N_SWAPS exchanged (1000), KAKARI_FAULTS of reader and pcscd (500), KAKARI_LIVE_FUZZ cards that answer anything (2000); a quarter of an hour"
	@echo "make fuzz        each fuzz target for FUZZ_SECONDS seconds (60); see docs/fuzzing.md"
	@echo "make lint        formatting, clippy without warnings, licences and advisories"
	@echo "make bench       the figures of docs/CLAIMS.md (60, 33,513 and 660,000 residents; about half an hour)"
	@echo "make bench-frames  of them, a full redraw on the software renderer and on the GPU's (a few minutes, most of them building)"
	@echo "make bench-record  of them, what documents, summaries and records cost (about a minute)"
	@echo "make bench-cards  exchanges, bytes and time of a tap by the kind of card, also on a line of 106 kbit/s; a few minutes"
	@echo "make bench-search  opening a directory and searching it for a person without a card, 660,000 residents; a few minutes"
	@echo "make bench-sync  publishing and applying a snapshot of RESIDENTS (33513), receipts of TABLETS (3000); a quarter of an hour"
	@echo "make pictures    draws the pictures of every screen anew, and those of the README in a whole journey; look at them before you commit them"
	@echo "make gallery     one page of all these pictures, and of every widget: target/gallery/index.html"
	@echo "make deb         target/debian/kakari_*.deb for tablets and kakari-region_*.deb for the server; PROFILE=dev packages quick builds for tests"
	@echo "make deb-reproducible  builds the packages in two other folders and compares them; half an hour and more"
	@echo "make image       a tablet's root and disk in target/image, of Debian and of target/debian/kakari_*.deb (make deb); needs root; see docs/image.md"
	@echo "make image-check  that disk in a virtual machine, and the package in a fresh root; KAKARI_CUTS=10 power cuts; ONLY=update one test; needs root"
	@echo "make dictionary  trains the compression dictionary anew from invented residents"

demo:
	@scripts/setup.sh demo
	$(CARGO) build --release -p kakari -p kakari-virtual-reader
	target/release/kakari demo

demo-check:
	@scripts/setup.sh demo
	$(CARGO) build --release -p kakari -p kakari-virtual-reader
	target/release/kakari demo --no-windows

region:
	@scripts/setup.sh region
	$(CARGO) build --release -p kakari -p kakari-region -p kakari-virtual-reader
	@scripts/region.sh target/release

region-check:
	@scripts/setup.sh region
	$(CARGO) build --release -p kakari -p kakari-region -p kakari-virtual-reader
	@scripts/region.sh target/release --no-windows

test:
	@scripts/setup.sh test
	@PROFILE="$(PROFILE)" FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/test.sh

chaos:
	@scripts/setup.sh test
	CHAOS_N=$(N) CHAOS_SEED=$(SEED) $(CARGO) test -p kakari-chaos --test chaos

chaos-cards:
	@scripts/setup.sh test
	$(CARGO) build -p kakari -p kakari-virtual-reader
	KAKARI_LONGEST_TEST=3600 KAKARI_TORN=$(N_TORN) KAKARI_SWAPS=$(N_SWAPS) \
		$(CARGO) test -p kakari-tests --test it -- torn:: --nocapture --test-threads=1
	KAKARI_LONGEST_TEST=3600 KAKARI_FAULTS=$(KAKARI_FAULTS) KAKARI_LIVE_FUZZ=$(KAKARI_LIVE_FUZZ) \
		$(CARGO) test -p kakari-card-sim --test it -- healing:: live_fuzz:: --nocapture --test-threads=1

fuzz:
	@scripts/setup.sh test
	@scripts/fuzz.sh $(FUZZ_SECONDS)

lint:
	@scripts/setup.sh test
	$(CARGO) fmt --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) clippy -p kakari-region --no-default-features -- -D warnings
	$(CARGO) clippy --manifest-path fuzz/Cargo.toml -- -D warnings
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny check; \
	else echo "cargo-deny is not here: cargo install --locked cargo-deny, then make lint checks licences and advisories"; fi

bench: bench-frames
	$(CARGO) bench -p kakari-tests --bench busy
	$(CARGO) bench -p kakari-tests --bench tap
	$(CARGO) bench -p kakari-generator --bench record

# The feature gpu is of this example alone; the tablet's program is built without it.
bench-frames:
	@scripts/setup.sh bench
	$(CARGO) build --release -p kakari-ui --features gpu --example redraw
	$(CARGO) build --release -p kakari -p kakari-virtual-reader
	$(CARGO) bench -p kakari-tests --bench frames

bench-record:
	@scripts/setup.sh test
	$(CARGO) bench -p kakari-generator --bench record

bench-cards:
	@scripts/setup.sh test
	$(CARGO) build --release -p kakari-virtual-reader
	$(CARGO) bench -p kakari-card-sim --bench cards

bench-search:
	@scripts/setup.sh test
	$(CARGO) bench -p kakari-store --bench search

pictures:
	@scripts/setup.sh test
	rm -f ui/tests/pictures/*.png
	UPDATE_PICTURES=1 $(CARGO) test -p kakari-ui --test it -- goldens widgets
	$(CARGO) build -p kakari -p kakari-region -p kakari-virtual-reader
	KAKARI_PICTURES=1 $(CARGO) test -p kakari-tests --test it -- whole_journey

gallery:
	@$(CARGO) run --quiet -p kakari-ui --example gallery

bench-sync:
	@scripts/setup.sh test
	$(CARGO) bench -p kakari-store --bench apply -- $(RESIDENTS)
	$(CARGO) bench -p kakari-region --bench publish -- $(RESIDENTS)
	TABLETS=$(TABLETS) $(CARGO) bench -p kakari-region --bench receipts

deb:
	@scripts/setup.sh deb
	@PROFILE="$(PROFILE)" scripts/deb.sh

deb-reproducible:
	@scripts/setup.sh deb
	@scripts/deb/reproducible.sh

dictionary:
	$(CARGO) run --release -p kakari-tests --example train_dictionary -- assets/dictionary/1.zdict

image:
	@scripts/setup.sh image
	@scripts/image.sh

# Of all members, so that nothing is built twice with other features; one test of them.
image-check: image
	scripts/deb/next.sh
	$(CARGO) build --workspace --lib --bins --tests --features kakari-image-tests/image
	KAKARI_LONGEST_TEST=14400 $(CARGO) test --workspace --features kakari-image-tests/image --test image -- $(ONLY) --nocapture --test-threads=1
