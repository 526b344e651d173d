"""Every address of the API, version 1."""

from django.urls import path, re_path

from api import cases, documents, drafts, forms, me, missing, processes, tasks

urlpatterns = [
    path("me", me.MeView.as_view()),
    path("processes", processes.ProcessesView.as_view()),
    path("processes/<slug:key>", processes.ProcessView.as_view()),
    path("cases", cases.CasesView.as_view()),
    path("cases/<uuid:case_id>", cases.CaseDetailView.as_view()),
    path("cases/<uuid:case_id>/withdraw", cases.WithdrawView.as_view()),
    path("cases/<uuid:case_id>/timeline", cases.TimelineView.as_view()),
    path("cases/<uuid:case_id>/diagram", cases.DiagramView.as_view()),
    path("cases/<uuid:case_id>/documents", documents.CaseDocumentsView.as_view()),
    path("documents/<uuid:document_id>", documents.DocumentView.as_view()),
    path("tasks", tasks.TasksView.as_view()),
    path("tasks/<uuid:task_id>", tasks.TaskDetailView.as_view()),
    path("tasks/<uuid:task_id>/form", forms.TaskFormView.as_view()),
    path("tasks/<uuid:task_id>/draft", drafts.DraftView.as_view()),
    path("tasks/<uuid:task_id>/documents", documents.TaskDocumentsView.as_view()),
    path("tasks/<uuid:task_id>/claim", tasks.ClaimView.as_view()),
    path("tasks/<uuid:task_id>/release", tasks.ReleaseView.as_view()),
    path("tasks/<uuid:task_id>/complete", tasks.CompleteView.as_view()),
    path("tasks/<uuid:task_id>/return", tasks.ReturnView.as_view()),
    re_path(r"[\s\S]*", missing.MissingView.as_view()),
]
