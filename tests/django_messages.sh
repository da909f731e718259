#!/usr/bin/env bash
# Fetches Django's own tests of its messages, which are not in its wheel, in the version that this virtual environment has.
# Once: the next time there is nothing to do. They stay in the virtual environment, and out of the repository.
set -eu
cd "$(dirname "$0")/.."
venv=${1:-.venv}
python=$venv/bin/python
version=$($python -c 'import django; print(django.__version__)')
there=$venv/django-tests/$version
[ -d "$there/messages_tests" ] && exit 0
new=$(mktemp -d "$venv/django-tests.XXXXXX")
trap 'rm -rf "$new"' EXIT
echo "Fetching the tests of Django $version ..."
$python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary django --dest "$new" "Django==$version"
tar -xzf "$new"/*.tar.gz -C "$new"
mkdir -p "$there"
mv "$new"/*/tests/messages_tests "$there/"
