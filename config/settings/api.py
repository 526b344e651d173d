"""The API: closed unless a view says otherwise, one strict parser, problem details, OpenAPI 3.1."""

import os

# Requests a minute: of one person to read, to write and to fetch documents; of one address with tokens that
# do not work. One number for all of them: `1200/min`; empty switches the limits off.
API_RATE = os.environ.get("API_RATE", "read=1200 write=300 export=120 sign_in=30")

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
    # Choices are named components, so that a generated client has one type for each of them.
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.plain_nulls",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_SUFFIX": "Choice",
    "ENUM_NAME_OVERRIDES": {
        "CaseStatus": "api.case_shapes.STATUSES",
        "StepState": "api.case_shapes.STEP_STATES",
        "TaskStatus": "api.task_shapes.STATUSES",
        "MessageGroup": "api.messages.MESSAGE_GROUPS",
        "MessageDelivery": "api.messages.DELIVERIES",
        "BulkKind": "api.bulk.KINDS",
        "BatchItemStatus": "api.campaign_shapes.STATUSES",
        "TaskState": "api.task_shapes.STATES",
        "OrganisationKind": "api.organisations.KINDS",
        "OrganisationStatus": "api.organisations.STATUSES",
        "Refusal": "api.task_shapes.REASONS",
        "EventKind": "api.webhook_shapes.FULL",
        "TokenScope": "accounts.models.tokens.SCOPES",
        "IncidentCause": "api.operations.CAUSES",
        "ProcessMessageKind": "api.correspondence.KINDS",
        "ProcessMessageState": "cases.queries.correspondence.STATES",
        "LetterLanguage": "api.account.LANGUAGES",
        "RetentionAction": "api.retention.ACTIONS",
        "CodeReason": "api.people.REASONS",
        "LetterBlock": "api.letters.BLOCKS",
        "DueUnit": "api.processes.UNITS",
        "DeadlineUnit": "api.deadlines.UNITS",
        "DeadlineStoppedDay": "api.deadlines.STOPPED_DAYS",
        "DeadlineRuleState": "api.deadlines.STATES",
    },
    "COMPONENT_SPLIT_REQUEST": False,
    "SERVERS": [{"url": "/"}],
}
