"""What is in stock has a database of its own."""


class Router:
    def db_for_read(self, model, **hints):
        return "stock" if model._meta.model_name == "item" else "default"

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return (db == "stock") == (model_name == "item")
