"""The reports of all studies: tables, figures and sentences, on the terminal and as files."""
