import { notFound } from 'next/navigation'

/** Addresses that are no page: said within the shell, so that the way on is at hand. */
export default function MissingPage() {
  notFound()
}
