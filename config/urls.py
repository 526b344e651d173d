"""Every address of the product: pages, API, health."""

urlpatterns = []  # type: ignore[var-annotated]
