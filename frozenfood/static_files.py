"""How static files are stored for serving: named by their content, compressed beforehand."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class HashedModulesStorage(CompressedManifestStaticFilesStorage):
    """Rewrite the imports of the Mini App's modules too, so that browsers may keep them for ever.

    Django offers this for all scripts or for none; those of other packages name files that they
    do not bring. The imports must not form a circle.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("webapp/*.js", _IMPORTS))
