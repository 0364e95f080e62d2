"""What is added to the site that asv publishes: a page of all runtimes side by side, offline."""
