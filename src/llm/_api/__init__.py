"""What users of the library hold: models, responses, conversations, and the App that joins what lies below."""
