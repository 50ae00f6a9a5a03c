# The README's two commands are `make demo` and `make test`; each does all its own set-up.
SHELL := bash
PY := .venv/bin/python
DOCUMENT ?=

.PHONY: help demo test check soak bench gallery screenshots lock setup-run setup-dev clean

help:
	@echo 'make demo         演示：省、市、县三级节点交换一份加盖印章的公文  (DOCUMENT=文件 使用真实文件)'
	@echo 'make test         全部测试'
	@echo 'make check        代码检查 ruff, mypy --strict, import-linter'
	@echo 'make soak         长时间证明  longer proofs'
	@echo 'make bench        测量  figures into docs/BENCHMARKS.md'
	@echo 'make gallery      版式图例  every format and case as pictures in build/gallery'
	@echo 'make screenshots  README 的截图  the pictures of the README'
	@echo 'make lock         更新依赖锁  lock the dependencies again'

setup-run:
	@tools/setup.sh run

setup-dev:
	@tools/setup.sh dev

demo: setup-run
	@$(PY) -m tools.demo $(if $(DOCUMENT),--document "$(DOCUMENT)")

test: setup-dev
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m 'not soak' -n 2 --dist loadscope $(ARGS)

check: setup-dev
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

soak: setup-dev
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m soak --timeout 7200 $(ARGS)

bench: setup-dev
	@$(PY) -m benchmarks

gallery: setup-dev
	@$(PY) -m tools.gallery

screenshots: setup-run
	@$(PY) -m tools.demo --screenshots docs/images

# Needs `uv` (any recent one); the three locks are compiled for the oldest Python we support.
lock:
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-build.lock requirements/build.in
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock requirements/run.in
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements.lock -o requirements-dev.lock requirements/dev.in

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis
