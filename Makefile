# make demo    sets up and runs the main job: a recorded application, watched live
# make test    sets up and passes all tests
# make bench   compares speed and weight with grep, mtail, dnsperf, blackbox_exporter, ss, go version and readelf
# Needs npm, Node.js (any; a new enough one is fetched where it is older than 22.18) and, for make test, Debian's apt-get.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
WITH_NODE = export PATH="$$(scripts/node-bin.sh):$$PATH"

.PHONY: setup build demo test check bench clean

setup: node_modules/.package-lock.json

node_modules/.package-lock.json: package.json package-lock.json
	$(WITH_NODE); npm ci --no-fund --no-audit
	@touch $@

build: setup
	@$(WITH_NODE); npm run --silent build

demo: build
	@$(WITH_NODE); node dist/cli.js demo $(ARGS)

check: setup
	@$(WITH_NODE); npm run --silent check

test: build check
	scripts/debian-packages.sh test/lab/packages.txt
	scripts/go-releases.sh
	@$(WITH_NODE); npm test -- $(ARGS)

bench: build
	scripts/debian-packages.sh bench/packages.txt
	@$(WITH_NODE); node bench/scan.ts && node bench/daemon.ts && node bench/scrape.ts && node bench/lookups.ts && node bench/sockets.ts && node bench/inspect.ts

clean:
	rm -rf dist node_modules .node test/lab/build bench/data
