"""Static files under names that tell their content, and modules that import each other under those names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    # A name depends on the names it imports: one pass a level. Django gives up at 5; screens stand on more.
    max_post_process_passes = 15
