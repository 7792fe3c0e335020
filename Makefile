# The few commands of this project; `make` alone lists them. Each works from a fresh clone on Debian 12 with Swift 6.3 in PATH.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build release demo test test-java bench check docs clean

SWIFT ?= swift
# Swift's own libraries go into the program: it starts faster and runs on machines without a Swift toolchain.
RELEASE_FLAGS := -c release --static-swift-stdlib
SIZE ?= 64MB

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the Debian packages that are missing (asks for sudo only when something is)
	@scripts/setup

build: setup ## build everything for development
	$(SWIFT) build

release: setup ## build the connectd program for use: .build/release/connectd
	$(SWIFT) build $(RELEASE_FLAGS) --product connectd

demo: release ## move real text through Kafka and back, and show it (SIZE=64MB)
	.build/release/connectd demo --size $(SIZE)

test: setup ## build and run all tests
	conformance/clients
	$(SWIFT) build --build-tests
	$(SWIFT) test

test-java: ## check the embedded broker with Java's Kafka clients and Kafka Connect 4.3 (fetches 200 MB once)
	@scripts/setup java
	conformance/java/install
	CONNECT_TEST_JAVA=1 $(SWIFT) test --filter ConformanceTests.java

bench: setup ## measure file-to-kafka and kafka-to-file against a bare librdkafka loop
	$(SWIFT) build -c release --product Benchmarks
	.build/release/Benchmarks run --scenario file-to-kafka --control
	.build/release/Benchmarks run --scenario kafka-to-file --control

check: setup ## format, floors, warnings, documentation
	@scripts/check

docs: setup ## write the generated pages of docs/ anew
	$(SWIFT) build --product connectd
	.build/debug/connectd config-reference > docs/configuration.md.new
	mv docs/configuration.md.new docs/configuration.md
	CONNECT_WRITE_DOCS=1 $(SWIFT) test --filter ConfigurationReferenceTests

clean: ## remove what was built
	$(SWIFT) package clean
