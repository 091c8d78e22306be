"""Records of sessions: what was asked, allowed and done, kept while it happens."""
