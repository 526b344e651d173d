"""The API: closed unless a view says otherwise, one strict parser, problem details, OpenAPI 3.1."""

import os

# Requests a minute for one actor; empty switches the limit off.
API_RATE = os.environ.get("API_RATE", "1200/min")

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["api.access.Nobody"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "VIIS",
    "DESCRIPTION": "Cases, tasks, forms and documents of the State Education Information System.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [],
    "COMPONENT_SPLIT_REQUEST": False,
    "SERVERS": [{"url": "/"}],
}
