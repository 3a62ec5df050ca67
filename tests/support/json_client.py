"""A client of the API that returns its JSON unparsed."""

from intarsia.client import Client


class JsonClient(Client):
    """A client whose methods take and return dictionaries, for tests that check every field."""

    def submit(self, job):
        return self.post("jobs", job)

    def job(self, job_id):
        return self.get(f"jobs/{job_id}")

    def tree(self, job_id):
        """Return a job and its descendants, each before its children."""
        job = self.job(job_id)
        below = [self.tree(child["id"]) for child in job["children"]]
        return [job, *(descendant for branch in below for descendant in branch)]

    def add_template(self, name, path):
        return self.templates.add(path, name, poll=0.25).wire()

    def download(self, job, path):
        self.jobs.download(self.jobs.get(job["id"]), path)
