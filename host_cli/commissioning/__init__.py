"""Taking a rig into service: the steps, what a person is asked, what is measured and what is kept."""
