"""What happens in conversations. Locks: the conversation's row, then nothing else."""

from apps.support.services.answering import answer as answer
from apps.support.services.answering import answer_at as answer_at
from apps.support.services.closing import close as close
from apps.support.services.closing import settle as settle
from apps.support.services.erasing import erase_own as erase_own
from apps.support.services.erasing import export_own as export_own
from apps.support.services.erasing import forget_old as forget_old
from apps.support.services.writing import rewrite as rewrite
from apps.support.services.writing import write as write
