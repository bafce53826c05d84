/** The app's mark and name. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" className="size-6" aria-hidden>
        <rect width="32" height="32" rx="8" className="fill-accent-solid" />
        <path
          d="M9 8v16M9 16.5c0-3 2-4.5 4.7-4.5s4.3 1.5 4.3 4.5V24"
          fill="none"
          stroke="#fff"
          strokeWidth="3"
          strokeLinecap="round"
        />
        <circle cx="23.5" cy="22.5" r="2.2" fill="#8ecbff" />
      </svg>
      hwc-ai
    </span>
  )
}
