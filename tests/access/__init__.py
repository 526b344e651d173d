"""Who reaches what: every address of the API and of the pages, for every role and place."""
