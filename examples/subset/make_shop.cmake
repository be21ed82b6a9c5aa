# Script: an empty FOLDER, but for a shop.db that SHOP makes.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
execute_process(COMMAND ${SHOP} make ${FOLDER}/shop.db COMMAND_ERROR_IS_FATAL ANY)
