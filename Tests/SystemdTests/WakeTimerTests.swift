import Foundation
import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(1))) struct WakeTimerTests {
    private func now() -> Double { Date.now.timeIntervalSince1970 }

    @Test(arguments: [-1e12, -1, 0, 0.5, 1_000_000_000])
    func `an instant that is past fires at once`(instant: Double) async throws {
        let timer = try WakeTimer()
        timer.arm(atUnixSeconds: instant)
        var wakes = timer.wakes.makeAsyncIterator()
        #expect(await wakes.next() == .fired)
    }

    @Test func `a timer never fires early`() async throws {
        let timer = try WakeTimer()
        var wakes = timer.wakes.makeAsyncIterator()
        for delay in [0.0001, 0.001, 0.01, 0.03] {
            let instant = now() + delay
            timer.arm(atUnixSeconds: instant)
            #expect(await wakes.next() == .fired)
            #expect(now() >= instant)
        }
    }

    @Test func `arming again replaces the instant`() async throws {
        let timer = try WakeTimer()
        var wakes = timer.wakes.makeAsyncIterator()
        timer.arm(atUnixSeconds: .infinity)
        timer.arm(atUnixSeconds: now() + 3_600)
        timer.arm(atUnixSeconds: now() + 0.01)
        #expect(await wakes.next() == .fired)
    }

    @Test func `cancelling ends the stream, and arming afterwards does nothing`() async throws {
        let timer = try WakeTimer()
        timer.arm(atUnixSeconds: now() + 3_600)
        timer.cancel()
        timer.cancel()
        timer.arm(atUnixSeconds: 1)
        var wakes = timer.wakes.makeAsyncIterator()
        #expect(await wakes.next() == nil)
    }

    @Test func `letting go of the timer ends the stream`() async throws {
        let wakes = try WakeTimer().wakes
        var iterator = wakes.makeAsyncIterator()
        #expect(await iterator.next() == nil)
    }

    @Test func `many waiting timers leave the thread pool free`() async throws {
        let timers = try (0..<200).map { _ in try WakeTimer() }
        try await withThrowingTaskGroup(of: WakeTimer.Wake?.self) { group in
            for timer in timers {
                timer.arm(atUnixSeconds: now() + 3_600)
                group.addTask {
                    var wakes = timer.wakes.makeAsyncIterator()
                    return await wakes.next()
                }
            }
            // With more waiters than threads, another timer is still served.
            let extra = try WakeTimer()
            extra.arm(atUnixSeconds: 1)
            var wakes = extra.wakes.makeAsyncIterator()
            #expect(await wakes.next() == .fired)
            for timer in timers { timer.cancel() }
            for try await wake in group { #expect(wake == nil) }
        }
    }

    @Test func `arming and cancelling at once is harmless`() async throws {
        for _ in 0..<200 {
            let timer = try WakeTimer()
            async let armed: Void = Task.detached { timer.arm(atUnixSeconds: 1) }.value
            timer.cancel()
            await armed
        }
    }

    /// Setting the machine's clock is not a test's business, so the meaning of the kernel's answers
    /// is checked by itself.
    @Test(
        arguments: [
            (1, .fired), (-ECANCELED, .clockChanged), (-EAGAIN, nil), (-EBADF, nil), (0, nil),
        ] as [(CInt, WakeTimer.Wake?)])
    func `the answer of a read`(result: CInt, wake: WakeTimer.Wake?) {
        #expect(WakeTimer.wake(forReadResult: result) == wake)
    }

    @Test func `not a number is not an instant`() async {
        await #expect(processExitsWith: .failure) {
            try WakeTimer().arm(atUnixSeconds: .nan)
        }
    }
}
