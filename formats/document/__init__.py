"""The 公文 as a value: its model, its one parser, its rules, and how drafts are taken in."""
