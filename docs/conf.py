"""Settings of the documentation; ``make docs`` builds it."""

import sys
from pathlib import Path

import onevoice

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "onevoice"
author = "The onevoice authors"
copyright = f"2026, {author}"
release = version = onevoice.__version__
REPOSITORY = "https://github.com/onevoice/onevoice"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "onevoice_docs",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_default_options = {"exclude-members": "model_config"}
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "onevoice"
html_static_path = ["_static"]
html_css_files = ["onevoice.css"]
html_copy_source = False
html_theme_options = {
    "source_repository": REPOSITORY,
    "source_branch": "main",
    "source_directory": "docs/",
}
