"""Maps four folders into one import root; everything else stands in pyproject.toml."""

from setuptools import find_packages, setup

FOLDERS = {"smelt.jobs": "jobs", "smelt.schemas": "schemas", "smelt.conf": "conf"}

packages = find_packages("lib")
for package, folder in FOLDERS.items():
    packages += [package, *(f"{package}.{name}" for name in find_packages(folder))]

setup(packages=packages)
