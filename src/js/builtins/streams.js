// The Streams Standard (https://streams.spec.whatwg.org/): all its classes, those of other standards that are streams, and `internals`, which other
// built-ins use. Each file is loaded when somebody asks for what is in it.
//
// internals, of streams that programs see (`stream` is a ReadableStream, whoever made it):
//   isReadableStream(value)
//   isDisturbed(stream)          it was read from or cancelled
//   isLocked(stream)             it has a reader
//   isReadable(stream)           it is neither closed nor errored
//   cancel(stream, reason)       -> a promise, fulfilled with undefined; also of a locked one, whose reader sees the end
//   tee(stream, cloneChunks)     -> [a, b]; locks it. Chunks of b are structured clones, if so asked; those of a byte stream always are
//                                copies. Throws when it is locked
//   readAll(stream, onChunk(chunk), onEnd(), onError(reason))
//                                locks it for good and calls back as chunks come, several of them in one job when they are there; the first
//                                ones before readAll() returns. What onChunk throws ends the reading and goes to onError; cancelling is up
//                                to the caller. Throws when it is locked
//   readAllBytes(stream)         -> a promise of a Uint8Array of its own; locks it for good. Rejected with a TypeError when a chunk is no
//                                Uint8Array, or when it is locked
// and to make one:
//   makeByteStream({ pull(controller), cancel(reason), highWaterMark })
//                                -> a ReadableStream of the type `bytes`. All three may be left out (nothing, nothing, 0). pull() is called
//                                when bytes are wanted, first a job after the stream was made, and not again before it, or what it returned,
//                                is settled. It may enqueue at once, later, or never. What it throws or rejects with errors the stream.
//                                cancel()'s result is waited for; nothing is called any more afterwards
// with the `controller` that pull() gets:
//   enqueue(controller, uint8Array)
//                                gives the bytes away, with their buffer: the caller does not look at it again, and nothing else views it. An
//                                empty array is let go. Nothing happens after close(), error() or cancel(). In a sandbox the size is the
//                                caller's to check
//   close(controller)            once; what waits in the queue is read first. Throws a TypeError, and errors the stream, when a reader waits
//                                with a view of elements of which only a part came
//   error(controller, reason)    drops what waits in the queue
//   byobView(controller)         -> the Uint8Array that a reader lent to be filled, or null. Valid until respond(), enqueue() or the next job
//   respond(controller, count)   count > 0 bytes were written into that view
//   desiredSize(controller)      bytes; null when errored, 0 when closed
// No call of these runs anything that a program can replace; promises of programs are awaited as the language does it.
//
// To be transferred a stream needs MessagePort; until there is one, structuredClone() refuses all of them.
'use strict';

const { lazyProperty } = require('lazy');

function add(name, id) {
  lazyProperty(module.exports, name, () => require(id)[name], true);
}

add('ReadableStream', 'streams_readable');
add('ReadableStreamDefaultReader', 'streams_readers');
add('ReadableStreamBYOBReader', 'streams_readers');
add('ReadableStreamDefaultController', 'streams_readable_controllers');
add('ReadableByteStreamController', 'streams_readable_controllers');
add('ReadableStreamBYOBRequest', 'streams_readable_controllers');
add('WritableStream', 'streams_writable');
add('WritableStreamDefaultWriter', 'streams_writable');
add('WritableStreamDefaultController', 'streams_writable');
add('TransformStream', 'streams_transform');
add('TransformStreamDefaultController', 'streams_transform');
add('ByteLengthQueuingStrategy', 'streams_strategies');
add('CountQueuingStrategy', 'streams_strategies');
add('TextEncoderStream', 'encoding_streams');
add('TextDecoderStream', 'encoding_streams');
add('CompressionStream', 'compression_streams');
add('DecompressionStream', 'compression_streams');
lazyProperty(module.exports, 'internals', () => require('streams_seam'), true);
