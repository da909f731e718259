"""What ``bench_browser`` measures with, and what it measures beside ours."""
