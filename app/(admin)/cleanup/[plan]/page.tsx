import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { preload } from '#app/_server/operations.ts'
import type { Plan } from '../types.ts'
import { PlanView } from './plan-view.tsx'

export const metadata: Metadata = { title: 'Cleanup plan' }

/** Actions that come with the page itself; the browser reads a larger plan piece by piece. */
const FIRST = 500

interface PlanPageProps {
  params: Promise<{ plan: string }>
}

export default async function PlanPage({ params }: PlanPageProps) {
  const { plan: planId } = await params
  const plan = await preload<Plan>('get_file_cleanup', { plan_id: planId, limit: FIRST })
  if (plan === undefined) notFound()
  return <PlanView initial={plan} />
}
