import type { Entry } from './book'
import type { Campaign } from './parts'

export interface Here {
  done: number
  left: number
  retry: number
  /** Percent. */
  share: number
  /** At the present pace it ends after it is due. */
  late: boolean
}

/** A campaign's figures as the server counted them, with what this phone has done since. */
export function standingHere(campaign: Campaign, entries: readonly Entry[]): Here {
  const { progress } = campaign
  const own = entries.filter((entry) => entry.tasks.some((task) => task.campaign === campaign.id))
  // The server's list holds open work only: what stands there as done was done here and not counted yet.
  const since = own.filter((entry) => entry.standing === 'done').length
  const done = Math.min(progress.done + since, progress.total)
  const left = Math.max(progress.open + progress.returned + progress.with_secretary - since, 0)
  return {
    done,
    left,
    retry: own.filter((entry) => entry.standing === 'retry').length,
    share: progress.total ? Math.round((100 * done) / progress.total) : 0,
    late: progress.expected_on !== null && progress.expected_on > campaign.due.slice(0, 10),
  }
}
