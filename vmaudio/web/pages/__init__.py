"""The pages, one module per noun: each makes a router, each page has a ``.json`` twin."""
