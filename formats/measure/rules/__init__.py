"""One module a part of the page; each takes the scene and tells `Findings` what is not right."""
