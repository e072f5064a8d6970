/// What a journal record is about: the `MESSAGE_ID` of one kind of event.
///
/// An id, once released, is never changed or reused: people filter by it, and the journal catalogue
/// (`systemd/sccd.catalog`) finds its explanation through it.
package enum MessageID: String, CaseIterable, Sendable {
    case reminderDue = "541b453a8c49460db2035825e06433f4"
    case reminderOverdue = "6838b0463ddc4e5c86a078680f57bb1e"
    case reminderEscalated = "c49ee592d298412a99d2976799024024"
    case reminderMissed = "a9edb280880b4e33944675c988733d87"
    case reminderHeld = "10c288c23c564e698d730eb65879d013"
    case outcomeRecorded = "483dfba882f44ebab3da84f5b1ed933b"
    case alertRaised = "04ca117b673d49cca77a7a34ae33a2a7"
    case alertAcknowledged = "e5f1a037ba994230912c70e4d41aec82"
    case alertResolved = "8c5174fbcad146d1bc4d7ab6e331ea81"
    case stayEnrolled = "95e91a79584842588e69fe7bcbfd8599"
    case stayTransferred = "98540d2b2f28484591276e15ea1d2c31"
    case stayDischarged = "6434493a53d145809c0c52e79b73f67b"
    case stayAssessed = "d21fe79b476844a3978c8020a16eb71a"
    case holdPlaced = "d41fcd0b14db4e4dba6c6740ffca09bb"
    case holdEnded = "c73ba78e1821441db9d002ad75d65d1e"
    case planChanged = "7e20ad9b2e074937bb661a7795cdb487"
    case blindTime = "8a387e903ee0411ca3c06a1f17256ea2"
    case serviceStarted = "85b902e532de4a5e806a26eb4ecde7e9"
    case serviceStopping = "3656bbc3a94746deb0b846c80c685538"
    case journalLoss = "6ae5115cf73946b6ba9f75585cbdc645"
    case protocolsReloaded = "b2f83d5e9a7c4c1f8e06d34b7c915aa2"
    case protocolsRefused = "3c9e6a10f4d84b7795d2e8170bb64fce"
    case commitFailed = "20ca6486730147208cea2f63b6d813a8"
}
